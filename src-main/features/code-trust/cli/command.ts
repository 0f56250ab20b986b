import { AppError } from '../../../core/errors/errors.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { JsonValue } from '../../../core/values/json.ts'
import {
  commandLineText,
  commandText,
  type ModuleObjective,
  programText,
  type UserCode,
} from '../../../core/study/user-code.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { visibleLine } from '../../../core/i18n/visible-text.ts'
import { readStudyFile } from '../../studies/node/create-study.ts'
import { readModuleSpace } from '../../../platform/user-code/read-module.ts'
import { describeCode } from '../../../platform/user-code/describe-code.ts'
import { userCodeOf } from '../../../running/trusted-code.ts'
import { TrustStore } from '../../../platform/user-code/trust-store.ts'
import { agrees, isInteractive } from '../../command-line/ask-person.ts'
import type { AddCommands, CliContext } from '../../command-line/context.ts'

interface TrustOptions {
  readonly yes?: true
  readonly revoke?: true
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('trust')
    .description(t('cli.help.trust'))
    .argument('<file>', t('cli.help.studyFile'))
    .option('--yes', t('cli.help.trust.yes'))
    .option('--revoke', t('cli.help.trust.revoke'))
    .run(async (context, file: string, { yes, revoke }: TrustOptions) => {
      const readSpace = moduleSpaceReader(context, yes === true && revoke !== true)
      const { specification, directory } = await readStudyFile(file, readSpace)
      const code = await userCodeOf(specification, directory)
      if (code === null) {
        context.print(t('cli.noUserCode'))
        return
      }
      const store = new TrustStore(context.workspace.trustFile)
      if (revoke === true) {
        const count = store.revoke(code.directory)
        context.print(t(count === 0 ? 'cli.wasNotTrusted' : 'cli.trustRevoked'))
        return
      }
      if (yes === true) store.trust(code, context.now())
      else {
        // Without a person to ask, what there is to look at is shown all the same.
        if (store.isTrusted(code) || !(context.json || isInteractive())) describe(context, code)
        await ask(context, store, code)
      }
      report(context, code)
    })
}

/**
 * Reads the space of a module, which runs it: a person is asked first, unless it is trusted.
 * @param trusts whether it is trusted without a question
 */
export function moduleSpaceReader(
  context: CliContext,
  trusts = false,
): (objective: ModuleObjective, directory: string) => Promise<JsonValue> {
  return async (objective, directory) => {
    const { trustFile } = context.workspace
    const store = new TrustStore(trustFile)
    const code = await describeCode(objective, directory)
    if (trusts) store.trust(code, context.now())
    else await ask(context, store, code)
    return readModuleSpace(objective, directory, trustFile)
  }
}

/**
 * Asks about untrusted code of a study where a person sits at a terminal.
 * @throws AppError `userCode.untrusted` if not, or if the answer is no
 */
export async function askForTrust(
  context: CliContext,
  specification: StudySpecification,
  directory: string,
): Promise<void> {
  const code = await userCodeOf(specification, directory)
  if (code === null) return
  await ask(context, new TrustStore(context.workspace.trustFile), code)
}

async function ask(context: CliContext, store: TrustStore, code: UserCode): Promise<void> {
  if (store.isTrusted(code)) return
  if (context.json || !isInteractive()) store.require(code)
  describe(context, code)
  if (!(await agrees(context.t, context.t('cli.trustQuestion')))) {
    throw new AppError('userCode.untrusted', { command: commandLineText(code), files: [] })
  }
  store.trust(code, context.now())
}

function describe({ print, t }: CliContext, code: UserCode): void {
  print(codeLines(t, code).join('\n'))
}

/**
 * What a person is asked to trust; nothing within the code can look like a line of its own.
 * @param title default: that of a study
 */
export function codeLines(t: Translate, code: UserCode, title = t('trust.title')): string[] {
  const line = (name: string, value: string): string => `  ${t('list.named', { name, value })}`
  const lines = [
    title,
    line(t('trust.command'), commandText(code)),
    line(t('trust.directory'), code.directory),
    ...Object.entries(code.environment).map(([name, value]) =>
      line(t('trust.variables'), `${name}=${value}`),
    ),
    ...code.executor.map(option => line(t('trust.executor'), option)),
    ...code.programs.map(program => line(t('trust.programs'), programText(program))),
    ...(code.files.length === 0 ? [line(t('trust.files'), t('trust.noFiles'))] : []),
    ...code.files.map(({ path, sha256 }) => `  ${path}  SHA-256 ${sha256.slice(0, 16)}…`),
    ...code.notCovered.map(what => line(t('trust.notCovered'), t.format(what))),
    t('trust.meaning'),
    t('trust.scope'),
  ]
  return lines.map(visibleLine)
}

function report(context: CliContext, code: UserCode): void {
  const command = commandText(code)
  context.printValues(context.t('cli.trusted', { command }), { trusted: true, ...code })
}
