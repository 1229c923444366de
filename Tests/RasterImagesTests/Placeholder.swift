// Tests of RasterImages.
