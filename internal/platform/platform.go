// Package platform is what systems do in different ways: room on disks, limits of a process, locks of files, and for whom a file is.
package platform
