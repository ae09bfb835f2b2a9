// Package browser tests Plenary as people meet it: the real program serves its demonstration, and a real
// browser reads every page, checks it with axe, and walks the journeys.
//
// It holds tests only. They need Chromium, which scripts/chromium.sh installs. The environment says how
// much is done:
//
//	CI=true                a missing Chromium is a failure, not a skip
//	PLENARY_SOAK=1         axe reads every page in all six languages, and Lighthouse ten; nodes of a cluster are killed between presses
//	PLENARY_PICTURES=DIR   TestPictures writes its pictures there
//	CHROMIUM=PATH          another Chromium than the one on PATH
package browser
