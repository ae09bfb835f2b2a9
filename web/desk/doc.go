// Package desk answers requests for the pages of officers and moderators: what waits for them, the calendar and the
// calls, papers that are drafted, the points and their answers, who holds which office, and convening.
package desk
