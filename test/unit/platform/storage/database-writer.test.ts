import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import {
  noteWriter,
  notedWriter,
  programName,
} from '../../../../src-main/platform/storage/database-writer.ts'

const node = '/usr/bin/node'

describe('who writes a database', () => {
  it.each([
    [[node, '/app/cli.ts', '--json', '--db', 'a', 'run', 'b.yaml'], {}, 'tunewright run b.yaml'],
    [[node, '/app/src-main/cli.ts'], { TUNEWRIGHT_CALLER: 'a.ipynb' }, 'tunewright (a.ipynb)'],
    [[node, '/app/src-main/entry-points/back-end.ts', 'word'], {}, 'Tunewright'],
    [[node], {}, ''],
  ])('is known as people started it: %j', (argv, environment, name) => {
    expect(programName(argv, environment)).toBe(name)
  })

  it('has a short name', () => {
    const name = programName([node, 'cli.ts', 'x'.repeat(500)], {})
    expect(name).toHaveLength(100)
    expect(name.endsWith('…')).toBe(true)
  })

  it('is noted with the time, and read again', () => {
    const handle = new SqliteDatabase(':memory:')
    expect(notedWriter(handle)).toBeNull()
    noteWriter(handle, 1)
    noteWriter(handle, 1_000)
    expect(notedWriter(handle)).toMatchObject({ process: process.pid, sinceMs: 1_000 })
    // An earlier version notes its id alone, and leaves the rest as it was.
    handle.pragma('user_version = 4711')
    expect(notedWriter(handle)).toEqual({ process: 4711, program: null, sinceMs: null })
    handle.close()
  })
})
