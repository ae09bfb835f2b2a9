// Package site makes the pages about the instance itself: what its operator says, the legal pages, and what may be shown
// inside the pages of others.
package site
