// Package erasure keeps what stands beside the records true to them: it takes away what a record says was
// erased, deletes accounts, and says what is missing of what the records cite.
//
// When an officer has words erased, the record forgets them at once. What is kept beside it, where no rule
// looks, is this package's: drafts of the same words, letters that wait, the author's address, attached
// files, pages that are kept ready. One follower does it all, with a position of its own:
//
//	Erased ──> drafts ──> letters ──> address ──> files ──> pages ──> remembered
//
// A server that was away erases before it serves. A pass that was cut short is done again; doing it twice
// does no harm. A file goes only when no other contribution, of any conversation, cites it any more.
package erasure
