import { isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import process from 'node:process'
import { createInterface, type Interface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { Conversation } from '../node/conversation.ts'
import { isUnnamed } from '../node/named-parameter.ts'
import { visibleText } from '../../../core/i18n/visible-text.ts'
import { MAX_LINE_BYTES } from '../common/ask-tell-protocol.ts'
import { openStudyStore } from '../../../platform/storage/sqlite-study-store.ts'
import { samplerWhy } from '../../../search/sampler-why.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { isClosedOutput } from '../../command-line/closed-output.ts'
import { type AddCommands, type CliContext, withStore } from '../../command-line/context.ts'
import { cutLines } from '../../../platform/files/cut-lines.ts'
import { onEnding } from '../../command-line/ending-signals.ts'
import { exitCodes } from '../../command-line/exit-codes.ts'
import { SuggestRelay } from './suggest-relay.ts'

export const addCommands: AddCommands = (program, t) => {
  program
    .command('suggest')
    .description(t('cli.help.suggest'))
    .addHelpText('after', `\n${t('cli.help.suggest.after')}`)
    .option('--keep', t('cli.help.suggest.keep'))
    .run(async (context, { keep }: { readonly keep?: true }) => {
      const isStored = context.database !== null || keep === true
      if (isStored) return converseAboutDatabase(context)
      const store = openStudyStore(':memory:')
      try {
        await converseWithStore(store, context, false)
      } finally {
        store.close()
      }
    })
}

/** Where the application has the database open, it keeps the study, and shows it meanwhile. */
async function converseAboutDatabase(context: CliContext): Promise<void> {
  try {
    await withStore(context, async store => converseWithStore(store, context, true))
  } catch (error) {
    if (!isAppError(error, 'database.locked')) throw error
    const relay = await SuggestRelay.connect(context.workspace)
    if (relay === null) throw error
    await converse(context, {
      answers: batch => answersFrom(relay, batch, context),
      isOpen: () => relay.isOpen,
      close: async () => relay.end(),
    })
  }
}

async function* answersFrom(
  relay: SuggestRelay,
  batch: readonly string[],
  { t }: CliContext,
): AsyncGenerator<unknown, void, void> {
  for await (const { answers, samplers } of relay.answers(batch)) {
    for (const why of samplers) process.stderr.write(`${t.format(why)}\n`)
    yield* answers
  }
}

/** @param isStored on disk, and files with it */
async function converseWithStore(
  store: StudyStore,
  context: CliContext,
  isStored: boolean,
): Promise<void> {
  const conversation = new Conversation({
    store,
    now: context.now,
    onBug: logBug,
    ...(isStored && { filesOf: id => context.workspace.artifactDirectory(id) }),
    // Answers alone go to the standard output.
    onOpen: ({ specification }) => {
      if (isUnnamed(specification)) return
      process.stderr.write(`${context.t.format(samplerWhy(specification))}\n`)
    },
  })
  await converse(context, {
    answers: ([line = '', ...otherLines]) =>
      otherLines.length === 0
        ? conversation.answers(line)
        : conversation.answersTogether([line, ...otherLines]),
    isOpen: () => conversation.isOpen,
    close: async () => {
      conversation.close(msg('ending.endOfInput'))
      await conversation.settled()
    },
  })
}

/** Who answers lines. */
interface Answerer {
  answers(batch: readonly string[]): Iterable<unknown> | AsyncIterable<unknown>
  /** Whether a line opened a study. */
  isOpen(): boolean
  close(): Promise<void>
}

async function converse({ toJson }: CliContext, answerer: Answerer): Promise<void> {
  const input = process.stdin.pipe(cutLines(MAX_LINE_BYTES))
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const release = endOnSignals(lines)
  let wasUsed = false
  async function* answers(): AsyncGenerator<string, void, void> {
    for await (const batch of batches(lines)) {
      wasUsed ||= batch.some(line => line.trim() !== '')
      for await (const answer of answerer.answers(batch)) yield `${toJson(answer)}\n`
    }
  }
  try {
    await pipeline(answers, process.stdout, { end: false })
  } catch (error) {
    // Nobody reads the answers any more: the end, like that of the input.
    if (!(error instanceof Error && isClosedOutput(error))) throw error
  } finally {
    release()
    lines.close()
    process.stdin.unpipe(input)
    process.stdin.pause()
    await answerer.close()
  }
  if (wasUsed && !answerer.isOpen()) process.exitCode = exitCodes.badInput
}

/** Lines that wait longer than this keep the sender waiting. */
const MAX_BATCH = 1_000

/** Lines as they come: those that wait are handed on together. */
async function* batches(lines: Interface): AsyncGenerator<string[], void, void> {
  let waiting: string[] = []
  let isOver = false
  let wakeUp = (): void => undefined
  lines.on('line', line => {
    waiting.push(line)
    if (waiting.length >= MAX_BATCH) lines.pause()
    wakeUp()
  })
  lines.on('close', () => {
    isOver = true
    wakeUp()
  })
  for (;;) {
    if (waiting.length === 0) {
      if (isOver) return
      await new Promise<void>(resolve => {
        wakeUp = resolve
      })
    }
    // The rest of the same chunk.
    await new Promise(resolve => setImmediate(resolve))
    const batch = waiting
    waiting = []
    if (!isOver) lines.resume()
    if (batch.length > 0) yield batch
  }
}

/**
 * SIGTERM, a closed terminal and a launcher that is gone end like the end of input. An interrupt does so
 * only where a person types: a notebook sends it to its whole process group to stop a cell, and goes on asking.
 */
function endOnSignals(lines: Interface): () => void {
  const end = (): void => {
    lines.close()
  }
  const onInterrupt = process.stdin.isTTY ? end : (): void => undefined
  const release = onEnding(end)
  process.on('SIGINT', onInterrupt)
  return () => {
    release()
    process.off('SIGINT', onInterrupt)
  }
}

function logBug(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${visibleText(text)}\n`)
}
