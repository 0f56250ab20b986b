import { readFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import Database from 'better-sqlite3'
import type { StudyEnvironment } from '../../core/study/study.ts'

/** Version in package.json. */
export function tunewrightVersion(): string {
  const file = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** The machine and the versions that this program runs on, for the record of a study. */
export function describeEnvironment(): StudyEnvironment {
  const database = new Database(':memory:')
  const sqlite = database.prepare('SELECT sqlite_version()').pluck().get() as string
  database.close()
  return {
    tunewright: tunewrightVersion(),
    node: process.version,
    sqlite,
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
  }
}
