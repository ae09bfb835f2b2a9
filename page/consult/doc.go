// Package consult makes the pages of a consultation: calls, the list of contributions, one contribution, the form
// and its preview, the receipt and its check, an answer with the points it answers, and the comment-response
// document of a paper.
package consult
