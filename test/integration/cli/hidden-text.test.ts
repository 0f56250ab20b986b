import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { startSuggest } from '../../helpers/suggest-client.ts'

const scratch = useScratchFolders()
/** Whatever could steer a terminal, turn a line or hide a part of it. */
const hidden = /(?!\n)[\p{Cc}\p{Bidi_Control}\u200B\u2028]/u
const hostile = 'loss\u001B[2J\u001B]0;title\u0007\u202Egnp.exe\u200B\u009B1m'

describe('the terminal', () => {
  it('is not steered by keys of a study file', async () => {
    const folder = scratch()
    writeFileSync(
      path.join(folder, 'a.json'),
      JSON.stringify({ name: 'a', [hostile]: 1, space: { [hostile]: { float: hostile } } }),
    )
    for (const command of ['check', 'run', 'trust']) {
      const { stdout, stderr } = await runTunewright([command, 'a.json'], folder)
      expect(stdout + stderr).toContain('<U+202E>')
      expect(stdout + stderr).not.toMatch(hidden)
    }
  })

  it('nor by names of metrics and studies of a database', async () => {
    const folder = scratch()
    const client = startSuggest(['--db', 'a.sqlite'], folder)
    client.send({
      // Controls are refused in a name; what nobody sees is not.
      name: 'study\u200B',
      goals: [{ metric: hostile, direction: 'minimize' }],
      space: { x: { float: [0, 1] } },
    })
    await client.call({ ask: 1 })
    await client.call({ tell: { trial: 0, values: [1] } })
    await client.end()
    for (const command of [['list'], ['show', '1'], ['best', '1']]) {
      for (const json of [[], ['--json']]) {
        const { stdout, stderr } = await runTunewright(
          ['--db', 'a.sqlite', ...json, ...command],
          folder,
        )
        expect(stdout + stderr, command.join(' ')).not.toMatch(hidden)
        if (command[0] !== 'best')
          expect(stdout + stderr).toContain(json.length > 0 ? '\\u200b' : '<U+200B>')
      }
    }
  })
})
