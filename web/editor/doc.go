// Package editor answers for the pages on which officers write a paper together: the papers that are drafted, a text that
// is brought from elsewhere, one draft passage by passage with its pictures, and the draft as readers will see it.
package editor
