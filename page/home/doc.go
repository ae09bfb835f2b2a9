// Package home makes the pages by which people come in: the conversations of an instance, the first page of a
// conversation, one voice followed through a demonstration, the documents, and the record with its entries.
package home
