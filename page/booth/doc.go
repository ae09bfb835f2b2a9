// Package booth makes the pages of those who work for a sitting: the technician's desk of sound and picture, and the page of an interpreter.
package booth
