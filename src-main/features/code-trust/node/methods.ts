import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  SHOWN_CODE_BYTES,
  type ShownCode,
  type TrustedFile,
  type UserCode,
} from '../../../core/study/user-code.ts'
import { readTrialLogPart, readTrialLogs } from '../../../running/trial-logs.ts'
import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { CodeSource, codeTrustMethods } from '../common/methods.ts'
import { missingParts } from '../../../platform/user-code/missing-parts.ts'
import { isCommand } from '../../../core/objectives/command/command.ts'
import { untrusted } from './code-gate.ts'

/** Code of the user: what it is, whether it may run, what it wrote. */
export function codeTrustHandlers({
  store,
  workspace,
  gate,
  studyTexts,
}: MethodContext): Handlers<typeof codeTrustMethods> {
  const find = async (source: CodeSource): Promise<UserCode | null> =>
    'studyId' in source
      ? gate.studyCode(source.studyId)
      : gate.newCode(await studyTexts.require(source))
  const missingFor = async (
    source: CodeSource,
    { directory }: UserCode,
  ): Promise<ShownCode['missing']> => {
    const { objective, executor } =
      'studyId' in source
        ? store.studyById(source.studyId).specification
        : await studyTexts.require(source)
    const isLocal = Object.keys(executor ?? {}).every(name => name === 'local')
    return isLocal && isCommand(objective) ? missingParts(objective, directory) : []
  }
  return {
    'code.describe': async ({ source }) => {
      const code = await find(source)
      return code && { ...withTexts(code), missing: await missingFor(source, code) }
    },
    'code.trust': async ({ source, fingerprint }) => {
      const code = await find(source)
      // The code that a person saw is trusted, not what came after.
      if (code?.fingerprint !== fingerprint) throw untrusted(code)
      gate.confirm(code)
      return null
    },
    'trial.logPart': async ({ studyId, number, from }) =>
      readTrialLogPart(store, workspace, studyId, number, from),
    'trial.logs': async ({ studyId, number }) => readTrialLogs(store, workspace, studyId, number),
  }
}

/** Code with the text of its files. */
export function withTexts(code: UserCode): Omit<ShownCode, 'missing'> {
  return { ...code, texts: code.files.flatMap(file => textOf(file) ?? []) }
}

/** The text of a file as it is trusted; null for what is no text or changed meanwhile. */
function textOf({ path: file, sha256 }: TrustedFile): ShownCode['texts'][number] | null {
  try {
    const bytes = readFileSync(file)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256 || bytes.includes(0))
      return null
    const text = bytes.toString('utf8', 0, SHOWN_CODE_BYTES)
    return { path: file, text, leftOutBytes: Math.max(0, bytes.length - SHOWN_CODE_BYTES) }
  } catch {
    return null
  }
}
