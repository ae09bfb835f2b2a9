package page

// MapSteps is for the test of the steps.
var MapSteps = mapSteps
