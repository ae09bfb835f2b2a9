// Package locale speaks the six official languages: it names them, finds the reader's, holds texts that
// exist in several languages with the original marked, and keeps the catalogues of words that every page,
// letter and file is written from. It writes numbers, dates and country names as each language does, and
// it cleans what strangers type before anybody else sees it.
//
// One reader, one language; one document, several languages. A reader's language decides the words around
// a text; the text itself is shown in the language asked for if it exists, else in the original, and the
// page says which (Text.For tells it).
//
// Everything here is a pure function of its arguments and of the files embedded in the package. No clock
// is read: whoever asks for a date brings the time. The one thing taken from outside is the time zone
// database that package time finds (import time/tzdata in the command to carry it along).
//
// A language that is not one of the six is treated as English wherever words are wanted, so that a page
// is never empty; use Parse at the door to find out.
package locale
