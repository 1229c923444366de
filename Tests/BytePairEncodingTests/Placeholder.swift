// Tests of BytePairEncoding.
