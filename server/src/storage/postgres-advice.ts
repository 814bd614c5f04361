/** Why a PostgreSQL server cannot be reached, in one sentence with the line to change. Pure; decided by code. */
import { codeOf } from '../errors/failure-kind.js'
import type { PostgresAddress } from './postgres-address.js'

/** Quoted if the bare name would be read differently. */
export const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`

/** @returns "reason. What to do" */
export function explainUnreachable(error: { cause?: unknown; reason: string }, to: PostgresAddress): string {
  const { reason } = error
  const code = codeOf(error.cause)
  const [role, database] = [identifier(to.role), identifier(to.database)]
  if (code.startsWith('28') || code === '') {
    const access = explainAccess(code, reason, to)
    if (access !== undefined) return access
  }
  switch (code) {
    case '3D000':
      return `${reason}. Make it: create database ${database} owner ${role} encoding 'UTF8' template template0`
    case '42501':
      return `${reason}. As its owner run: grant connect on database ${database} to ${role}`
    case '55000':
      return `${reason}. As a superuser run: alter database ${database} allow_connections true`
    case '53300':
      return `${reason}. Each node opens up to 10 connections: raise max_connections, or the role's limit: alter role ${role} connection limit -1`
    case '57P03':
      return `${reason}. Try again once it has started`
    case '08P01':
      if (reason.includes('startup parameter'))
        return `a pooler refused the connection (${reason}). Take the parameter out of DATABASE_URL, or name it in the pooler's ignore_startup_parameters`
      return `a pooler or server ended the connection (${reason}). Its own log says more`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return `its TLS certificate is for another name than ${to.host}. Use the certificate's name in DATABASE_URL, or sslmode=verify-ca&sslrootcert=/path/to/ca.pem`
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `its TLS certificate is not valid now (${code}). Renew it, or check this machine's clock`
    default:
  }
  if (/CERT|SELF_SIGNED|^UNABLE_TO_/.test(code))
    return `its TLS certificate is not trusted (${code}). Name the CA's file in DATABASE_URL: sslmode=verify-full&sslrootcert=/path/to/ca.pem; or encrypt without checking who answers: sslmode=require`
  if (/^E[A-Z_]+$/.test(code) || /timeout|terminated/i.test(reason))
    return `no PostgreSQL answers at ${to.host}:${to.port} (${code || reason}). Is it running, and is this the address in DATABASE_URL?`
  return code === '' ? reason : `${reason} (SQLSTATE ${code})`
}

function explainAccess(code: string, reason: string, to: PostgresAddress): string | undefined {
  const role = identifier(to.role)
  if (code === '28P01')
    return `${reason}. Check user and password in DATABASE_URL, or set it: alter role ${role} password '…'`
  if (/password must be a string/.test(reason))
    return 'it asks for a password and DATABASE_URL has none. Write it as postgres://user:password@host:5432/database'
  if (/does not support SSL/.test(reason))
    return 'DATABASE_URL asks for TLS and the server offers none. Turn it on there (ssl = on), or set sslmode=disable'
  if (!code.startsWith('28')) return undefined
  const tls = to.isEncrypted ? '' : ' If it wants TLS, add sslmode=require to DATABASE_URL.'
  return `${reason}.${tls} Otherwise the role needs LOGIN and a line in the server's pg_hba.conf such as: host ${to.database} ${to.role} samenet scram-sha-256`
}
