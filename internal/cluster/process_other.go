//go:build !linux

package cluster

import "syscall"

// attributes has nothing to give elsewhere: the cluster runs on Linux.
func attributes(bool) *syscall.SysProcAttr { return nil }
