package private

// registrations is the step that brings the tables of those who register for sessions: who they are, what they answered, the codes of their
// badges, and where one joins. A code that was taken back stays, without whose it was, so that whoever shows it is told.
var registrations = []string{
	// participant is 0 where nobody signed in for it, and email "" where somebody did. until is when a held seat is given up, 0 for none. place is the
	// order in which people wait. told is what the last letter told.
	`CREATE TABLE registration(id BIGINT PRIMARY KEY, slug TEXT NOT NULL, session TEXT NOT NULL, participant BIGINT NOT NULL, entered BIGINT NOT NULL, email TEXT NOT NULL,
		name TEXT NOT NULL, post TEXT NOT NULL, party TEXT NOT NULL, category TEXT NOT NULL, country TEXT NOT NULL, gender TEXT NOT NULL, first TEXT NOT NULL, listed BIGINT NOT NULL,
		wants TEXT NOT NULL, seat TEXT NOT NULL, status TEXT NOT NULL, until BIGINT NOT NULL, place BIGINT NOT NULL, approved BIGINT NOT NULL, reason TEXT NOT NULL,
		made BIGINT NOT NULL, changed BIGINT NOT NULL, lang TEXT NOT NULL, code TEXT NOT NULL, arrived BIGINT NOT NULL, told TEXT NOT NULL)`,
	`CREATE UNIQUE INDEX registration_own ON registration(slug, session, participant) WHERE participant <> 0`,
	`CREATE UNIQUE INDEX registration_email ON registration(slug, session, email) WHERE email <> ''`,
	`CREATE INDEX registration_seat ON registration(slug, session, seat, status)`,
	`CREATE TABLE registration_answer(registration BIGINT NOT NULL REFERENCES registration(id) ON DELETE CASCADE, field BIGINT NOT NULL, value TEXT NOT NULL, name TEXT NOT NULL,
		PRIMARY KEY(registration, field))`,
	`CREATE TABLE registration_code(code TEXT PRIMARY KEY, slug TEXT NOT NULL, session TEXT NOT NULL, registration BIGINT NOT NULL, revoked BIGINT NOT NULL)`,
	`CREATE INDEX registration_code_of ON registration_code(registration)`,
	`CREATE TABLE registration_link(slug TEXT NOT NULL, session TEXT NOT NULL, seat TEXT NOT NULL, link TEXT NOT NULL, PRIMARY KEY(slug, session, seat))`,
}

// registrationsKept is the step after which two delegations may name the same address, and neither learns of the other; and after which the figures of a
// session stay when those who took part are deleted.
var registrationsKept = []string{
	`DROP INDEX registration_email`,
	`CREATE UNIQUE INDEX registration_email ON registration(slug, session, party, email) WHERE email <> ''`,
	// figures are counts in JSON, of which no row shows fewer than a few.
	`CREATE TABLE registration_figures(slug TEXT NOT NULL, session TEXT NOT NULL, figures TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY(slug, session))`,
}
