import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import {
  fillIn,
  placeholdersIn,
  templateProblems,
} from '../../../../src-main/core/study/command-template.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import { quote } from '../../../../src-main/core/values/shell-quote.ts'
import { attemptFiles } from '../../../../src-main/platform/user-code/attempt-files.ts'
import { AttemptLog, readAttemptLog } from '../../../../src-main/platform/user-code/attempt-log.ts'
import { fillCommand } from '../../../../src-main/platform/user-code/command-environment.ts'
import { describeCode } from '../../../../src-main/platform/user-code/describe-code.ts'
import { createRedactor, redactVariables } from '../../../../src-main/platform/user-code/redact.ts'
import { TrustStore } from '../../../../src-main/platform/user-code/trust-store.ts'
import { othersRights } from '../../../helpers/others-rights.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const variables = {
  seed: '1',
  trial: '2',
  attempt: '1',
  slot: '0',
  study: 's',
  parametersFile: '/p',
  resultsFile: '/r',
  checkpointDirectory: '/c',
  trialDirectory: '/t',
}

describe('a command', () => {
  const objective = commandObjectiveSchema.parse({
    command: ['train', '--x={x}', '--y={y}', '{"json": {{x}}}', '{trial}'],
    environment: { VALUE: 'of {x}' },
  })

  it('is filled in as it is, whatever a value holds', () => {
    const x = '$(touch /tmp/owned); "; rm -rf ~ #\n{seed}'
    const start = { parameters: { x }, seed: 1, trialNumber: 2 }
    const trial = { directory: '/t', attempt: '1', slot: 0, studyName: 's' }
    const { program, parameters, added } = fillCommand(
      objective,
      start,
      trial,
      attemptFiles('/t', '1'),
    )
    expect(program).toBe('train')
    // y is not active: its argument is left out.
    expect(parameters).toEqual([`--x=${x}`, '{"json": {x}}', '2'])
    expect(added['VALUE']).toBe(`of ${x}`)
    expect(added['TUNEWRIGHT_PARAM_x']).toBe(x)
  })

  it('given to a shell has nothing filled in', () => {
    const shell = commandObjectiveSchema.parse({ command: 'train --x={x} {z}', shell: true })
    expect(templateProblems(shell, ['x']).map(({ rule }) => rule)).toEqual([
      msg('rule.shellFilled', { variable: 'TUNEWRIGHT_PARAM_x' }),
    ])
    const text = commandObjectiveSchema.parse({ command: 'train' })
    expect(templateProblems(text, [])[0]?.rule).toEqual(msg('rule.commandList'))
  })

  it('names only what there is', () => {
    expect(templateProblems(objective, ['x', 'y'])).toEqual([])
    expect(templateProblems(objective, ['x'])[0]?.rule).toMatchObject({
      code: 'rule.unknownPlaceholder',
      values: { name: 'y' },
    })
    const chosen = commandObjectiveSchema.parse({ command: ['{x}'] })
    expect(templateProblems(chosen, ['x'])[0]?.rule).toEqual(msg('rule.commandProgram'))
    expect(placeholdersIn('{a} {{b}} { c } {d-e}')).toEqual(['a', 'd-e'])
    expect(fillIn('{missing}', {}, variables)).toBeNull()
    expect(fillIn('{seed}{{}}', { seed: 9 }, variables)).toBe('9{}')
  })
})

describe('trust', () => {
  it('holds for the same content only, and is kept for the user alone', async () => {
    const folder = scratch()
    const file = path.join(folder, 'train.py')
    writeFileSync(file, 'print(1)')
    const objective = commandObjectiveSchema.parse({ command: ['python3', 'train.py', '{x}'] })
    const store = new TrustStore(path.join(folder, 'data/trusted.json'))
    const code = await describeCode(objective, folder)
    const programs = code.programs.map(program => program.file)
    const named = code.files.filter(file => !programs.includes(file.path))
    expect(named.map(({ path: name }) => path.basename(name))).toEqual(['train.py'])
    expect(() => {
      store.require(code)
    }).toThrow(expect.objectContaining({ code: 'userCode.untrusted' }) as Error)
    store.trust(code, 1)
    store.trust(code, 2)
    expect(store.list()).toHaveLength(1)
    expect(store.isTrusted(await describeCode(objective, folder))).toBe(true)
    expect(othersRights(path.join(folder, 'data/trusted.json'))).toEqual([])

    writeFileSync(file, 'print(2)')
    expect(store.isTrusted(await describeCode(objective, folder))).toBe(false)
    writeFileSync(file, 'print(1)')
    const other = path.join(folder, 'elsewhere')
    mkdirSync(other)
    writeFileSync(path.join(other, 'train.py'), 'print(1)')
    expect(store.isTrusted(await describeCode(objective, other))).toBe(false)
    const changes = [
      { command: ['python3', '-i', 'train.py', '{x}'] },
      { command: ['python3', 'train.py', '{x}'], environment: { LD_PRELOAD: 'x.so' } },
    ]
    for (const change of changes) {
      const changed = await describeCode(commandObjectiveSchema.parse(change), folder)
      expect(store.isTrusted(changed)).toBe(false)
    }
    expect(store.revoke(code.directory)).toBe(1)
    expect(store.isTrusted(code)).toBe(false)
  })

  it('is refused when its file is damaged', () => {
    const file = path.join(scratch(), 'trusted.json')
    writeFileSync(file, '{"version":2,"trusted":[{"fingerprint":"x"}]}')
    expect(() => new TrustStore(file).list()).toThrow(
      expect.objectContaining({ code: 'file.unreadable' }) as Error,
    )
  })
})

describe('secrets', () => {
  it('are taken out of text', () => {
    const redact = createRedactor({
      HF_TOKEN: 'hunter2hunter2',
      HOME: '/home/me',
      MY_KEYS: 'visible-value',
    })
    expect(redact('login hunter2hunter2 at /home/me visible-value')).toBe(
      'login [redacted] at /home/me visible-value',
    )
    expect(redact('Authorization: Bearer abcdefghijklmnop')).toBe(
      'Authorization: Bearer [redacted]',
    )
    expect(redact('url https://me:pass@host/x')).toBe('url https://me:[redacted]@host/x')
    expect(redact(`key ghp_${'a'.repeat(36)} end`)).toBe('key [redacted] end')
    expect(redact('password = "s3cr3t value"')).toBe('password = [redacted]')
    expect(redact('{"step": 1, "tokens": 5}')).toBe('{"step": 1, "tokens": 5}')
  })

  it('are taken out of variables', () => {
    const variables = { AWS_SECRET_ACCESS_KEY: 'x', DB_PASSWORD: 'y', MONKEY: 'z', PATH: '/bin' }
    expect(redactVariables(variables)).toEqual({
      AWS_SECRET_ACCESS_KEY: '[redacted]',
      DB_PASSWORD: '[redacted]',
      MONKEY: 'z',
      PATH: '/bin',
    })
  })
})

describe('AttemptLog', () => {
  it('keeps the start and the end, and says what is missing', () => {
    const folder = scratch()
    const log = new AttemptLog(folder, '1')
    const line = `${'x'.repeat(99)}\n`
    for (let count = 0; count < 20_000; count++)
      log.write(`${count}`.padStart(6, '0') + line.slice(6))
    log.close()
    const attemptLog = readAttemptLog(folder, 1)
    expect(attemptLog?.text.startsWith('000000xxx')).toBe(true)
    expect(attemptLog?.text.endsWith(`019999${line.slice(6)}`)).toBe(true)
    const textBytes = Buffer.byteLength(attemptLog?.text.replace(/\n\[… .* …\]\n/, '') ?? '')
    expect(textBytes + (attemptLog?.leftOutBytes ?? 0)).toBe(2_000_000)
    expect(textBytes).toBeLessThan(1_100_000)
    expect(readAttemptLog(folder, 2)).toBeNull()
  })
})

describe('the script of a job', () => {
  it.skipIf(isSkipped('slurm'))('hands every word over as it is', () => {
    const words = ["it's", '$(touch owned)', '`id`', 'a\nb', '"', '\\', ' ', '']
    const output = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`])
    expect(output.toString().split('\0').slice(0, -1)).toEqual(words)
  })
})
