// Tests of TokenFiles.
