/** An authority of one's own, and a certificate for this machine that it signed. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificates {
  /** Paths of PEM files. */
  ca: string
  cert: string
  key: string
  remove(): void
}

export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-tls-'))
  const file = (name: string) => join(directory, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const [caKey, ca, request] = [file('ca.key'), file('ca.pem'), file('request.pem')]
  openssl('req', '-x509', ...key, '-keyout', caKey, '-out', ca, '-subj', '/CN=Alcove tests', '-days', '2')
  openssl('req', ...key, '-keyout', file('key.pem'), '-out', request, '-subj', '/CN=localhost')
  writeFileSync(file('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const by = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', file('names')]
  openssl('x509', '-req', '-in', request, ...by, '-out', file('cert.pem'))
  return {
    ca,
    cert: file('cert.pem'),
    key: file('key.pem'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
