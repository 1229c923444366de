// Tests of ImageMetrics.
