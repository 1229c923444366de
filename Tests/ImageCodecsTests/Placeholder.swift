// Tests of ImageCodecs.
