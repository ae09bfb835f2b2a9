// Package team answers for the pages on which those who hold an office work together: who holds which, who is invited and
// who speaks for whom; the queue of what waits for a moderator; notes among colleagues.
package team
