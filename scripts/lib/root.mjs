/** The workspace's folder; all scripts work from there, wherever they are called from. */
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const enterRoot = () => process.chdir(ROOT)
