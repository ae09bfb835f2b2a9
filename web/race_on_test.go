//go:build race

package web_test

// raceDetector says whether these tests run under the race detector, which makes them ten times as slow. What
// only reads the same pages again and again finds no race that a shorter test does not find.
const raceDetector = true
