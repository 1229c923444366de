// Tests of ImageFiles.
