import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { cutLines } from '../../../src-main/platform/files/cut-lines.ts'
import { MAX_LINE_BYTES } from '../../../src-main/features/ask-and-tell/common/ask-tell-protocol.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'

const entry = fileURLToPath(new URL('../../../bin/tunewright.cjs', import.meta.url))
const study = { goals: [{ metric: 'y', direction: 'minimize' }], space: { x: { float: [0, 1] } } }

describe('lines of suggest', () => {
  it('are cut where they are too long, wherever chunks end', async () => {
    const text = ['123456789', 'ok', '', '1234', '12345', 'x'.repeat(50), 'end'].join('\n')
    for (const size of [1, 2, 3, 7, 100]) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        Buffer.from(text.slice(at * size, (at + 1) * size)),
      )
      const out = await Readable.from(chunks).pipe(cutLines(4)).toArray()
      expect(
        Buffer.concat(out as Buffer[])
          .toString()
          .split('\n'),
      ).toEqual(['12345', 'ok', '', '1234', '12345', 'xxxxx', 'end'])
      const shorter = await Readable.from(chunks).pipe(cutLines(4, 2)).toArray()
      expect(Buffer.concat(shorter as Buffer[]).toString()).toMatch(/^123\nok\n\n1234\n12345\n/)
    }
  })

  it('without an end cost no memory, and the next one is heard', async () => {
    const child = spawn(process.execPath, [entry, 'suggest'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    const write = async (text: string | Buffer): Promise<void> => {
      if (!child.stdin.write(text)) await once(child.stdin, 'drain')
    }
    await write(`${JSON.stringify(study)}\n`)
    const piece = Buffer.alloc(8 * 1024 * 1024, 'y')
    for (let megabytes = 0; megabytes < 600; megabytes += 8) await write(piece)
    await write('\n{"ask":1}\n')
    child.stdin.end()
    const peak = peakMegabytes(child.pid ?? 0)
    const [exitCode] = (await once(child, 'close')) as [number]
    expect(exitCode).toBe(0)
    const [refused, answer] = jsonObjects(output)
    expect(refused).toMatchObject({
      error: { code: 'request.invalid', line: 2, rule: { values: { limit: MAX_LINE_BYTES } } },
    })
    expect(JSON.stringify(refused).length).toBeLessThan(2_000)
    expect(answer).toMatchObject({ trial: 0 })
    if (peak !== null) expect(peak).toBeLessThan(400)
  })
})

/** Of a process and what it started; null where the system does not say. */
function peakMegabytes(launcher: number): number | null {
  try {
    const children = readFileSync(`/proc/${launcher}/task/${launcher}/children`, 'utf8')
    const peaks = [launcher, ...children.trim().split(' ').map(Number)].map(id => {
      const [, kilobytes = '0'] =
        /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? []
      return Number(kilobytes) / 1_024
    })
    return Math.max(...peaks)
  } catch {
    return null
  }
}
