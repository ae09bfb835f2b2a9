// Package desk answers requests for the pages of officers: what waits for them, the calendar and the
// calls, the points and their answers, and convening.
package desk
