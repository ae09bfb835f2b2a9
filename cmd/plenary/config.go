package main

import "fmt"

// configCmd prints the settings.
type configCmd struct{}

// Run prints each setting with its variable and its default.
func (c *configCmd) Run(con *console) error {
	for _, l := range []string{
		"PLENARY_DATA          --data          (required)", "PLENARY_ADDR          --addr          127.0.0.1:8080", "PLENARY_PUBLIC_URL    --public-url    (none: loopback)",
		"PLENARY_BEHIND_PROXY  --behind-proxy  false",
		"PLENARY_TRUSTED_PROXY  --trusted-proxy  (none: nobody behind a proxy is counted by themselves)",
		"PLENARY_ACME          --acme          (none: a proxy ends https)", "PLENARY_ACME_EMAIL    --acme-email    (none)",
		"PLENARY_ACME_DIRECTORY  --acme-directory  (Let's Encrypt)", "PLENARY_ACME_ROOTS    --acme-roots    (those that the system trusts)",
		"PLENARY_ACME_REDIRECT  --acme-redirect  (none: nothing answers plain http)",
		"PLENARY_RESERVE       --reserve       (1 GiB or 5 % of the disk, at most a quarter)",
		"PLENARY_MAX_CONNECTIONS  --max-connections  (what the limit on open files allows)",
		"PLENARY_SMTP          --smtp          (none: mail waits)", "PLENARY_FROM          --from          plenary@localhost",
		"PLENARY_WITNESS       --witness       (none: nobody outside keeps what the record was)",
		"PLENARY_OIDC          --oidc          (none: nobody signs in with an account elsewhere)",
		"PLENARY_RECORD        --record        (in the data directory)", "PLENARY_RECORD_PASSWORD                 (as the address says)",
		"PLENARY_RECORD_MAY_LOSE  --record-may-lose  false",
		"PLENARY_BUCKET        --bucket        (none: files are beside the records)",
		"PLENARY_RESTRICTIONS  --restrictions  (restrictions.jsonl in the data directory)",
		"PLENARY_METRICS       --metrics       (none: nobody reads figures)", "PLENARY_METRICS_TOKEN                   (none: on loopback only)",
		"PLENARY_SECURITY_LOG  --security-log  (none)",
		"PLENARY_OPERATOR      --operator      (none: only the command line convenes)",
	} {
		fmt.Fprintln(con.out, l)
	}
	return nil
}
