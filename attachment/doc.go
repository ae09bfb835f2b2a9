// Package attachment keeps the files that people attach to what they send, exactly as they came, and
// gives them back only whole.
//
// A file has a random id and a key of its own. On the disk, in rows or in an object store it lies encrypted; the key lies
// in the private database. So a file is erased for good by deleting one row, whatever becomes of copies of the disk, and a file
// whose bytes have changed is noticed when it is read, never served. Two people who attach equal files
// have two files.
//
//	kept ──> claimed (something about to be sent cites it) ──> cited ──> erased
//	  └──> swept after a day   └──> swept after a day, if no fact cites it
//
// What kind of document a file is, is decided by its content, never by its name: PDF, Word (.docx),
// OpenDocument text (.odt), rich text, plain text in UTF-8, HTML. Anything else is refused, and so are
// documents with macros. Nothing of a document is unpacked or run here.
//
// Pictures of papers are kept too. They are the only files that do not stay as they came: each is read and written anew, so
// that nothing but what it shows is kept.
package attachment
