package survey

// MapSteps is for the test of the steps.
var MapSteps = mapSteps
