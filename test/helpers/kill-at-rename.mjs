import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import process from 'node:process'

/** Ends this process as kill -9 does, at its rename number DIES_AT; that of a journal does not count. */
const rename = fs.renameSync
let count = 0
fs.renameSync = (from, to) => {
  if (!String(to).endsWith('.restoring') && ++count === Number(process.env.DIES_AT)) {
    process.kill(process.pid, 'SIGKILL')
  }
  rename(from, to)
}
syncBuiltinESMExports()
