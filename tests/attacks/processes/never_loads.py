# Never comes back from its import.
# proof: no answer within
while True:
    pass
