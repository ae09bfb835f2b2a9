// Package site answers for the pages about the instance itself: what its operator says, the legal pages, the logo, and
// what may be shown inside the pages of others.
package site
