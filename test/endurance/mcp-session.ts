import path from 'node:path'
import process from 'node:process'
import { readFileSync } from 'node:fs'
import { type CallToolResult, Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { CommandResult } from '../helpers/run-tunewright.ts'

const entry = path.resolve(import.meta.dirname, '../../bin/tunewright.cjs')
/** A busy machine takes long to start what a call needs. */
const CALL_LIMIT_MS = 300_000
/** The client looks again after this, whatever happened. */
const WAIT_SECONDS = 5
/** As the API allows in one answer. */
const MAX_TRIALS = 100
const finalStates = ['complete', 'pruned', 'failed', 'canceled']

export interface McpSession {
  /** Ends when the study has ended, or with the process. Lines of its `stdout` are those of `--json`. */
  readonly result: Promise<CommandResult>
}

/**
 * A client of `tunewright mcp` over stdio that makes a study of `study.json`, or goes on with the first one, and looks at it until
 * it ends. Trials that it was shown as ended are acknowledged.
 */
export function startMcpSession(
  folder: string,
  variables: NodeJS.ProcessEnv,
  isThere: boolean,
): McpSession {
  return { result: converse(folder, variables, isThere) }
}

async function converse(
  folder: string,
  variables: NodeJS.ProcessEnv,
  isThere: boolean,
): Promise<CommandResult> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [entry, '--db', 's.sqlite', 'mcp', '--allow', 'read,start,steer'],
    cwd: folder,
    env: textsOf({ ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', ...variables }),
    stderr: 'pipe',
  })
  let stderr = ''
  transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const client = new Client({ name: 'a client', version: '1' })
  const connection = { isOpen: true }
  const gone = new Promise<void>(resolve => {
    client.onclose = () => {
      connection.isOpen = false
      resolve()
    }
  })
  const lines: string[] = []
  let refusal: string | null = null
  const call = async <Answer>(name: string, request: object): Promise<Answer> => {
    const options = { timeout: CALL_LIMIT_MS, maxTotalTimeout: CALL_LIMIT_MS }
    const result = await client.callTool({ name, arguments: { ...request } }, options)
    if (result.isError === true) refusal = `${name}: ${textOf(result)}`
    if (refusal !== null) throw new Error(refusal)
    return (result.structuredContent as { readonly data: Answer }).data
  }
  try {
    await client.connect(transport, { timeout: CALL_LIMIT_MS })
    await follow(
      call,
      lines,
      isThere ? null : readFileSync(path.join(folder, 'study.json'), 'utf8'),
    )
    await client.close()
  } catch (error) {
    // What a process that was killed did not answer; anything else is told.
    if (connection.isOpen) {
      refusal ??= String(error)
      await client.close()
    }
  }
  await gone
  return {
    exitCode: refusal === null ? null : 1,
    signal: null,
    stdout: lines.join(''),
    stderr: refusal === null ? stderr : `${refusal}\n${stderr}`,
  }
}

/** @param text of the study that is made; null: the first one goes on */
async function follow(
  call: <Answer>(name: string, request: object) => Promise<Answer>,
  lines: string[],
  text: string | null,
): Promise<void> {
  if (text === null) {
    const { state } = await call<{ state: string }>('summarize_study', { studyId: 1 })
    if (state !== 'finished') await call('start_study', { studyId: 1 })
  } else await call('create_study', { text, format: 'json' })
  const shown = new Set<number>()
  for (;;) {
    const { reached, study } = await call<{
      readonly reached: boolean
      readonly study: { readonly state: string }
    }>('wait_for_study', {
      studyId: 1,
      until: 'trials',
      trials: shown.size + 1,
      seconds: WAIT_SECONDS,
    })
    const { trials } = await call<{
      readonly trials: readonly { readonly number: number; readonly state: string }[]
    }>('query_trials', { studyId: 1, order: 'oldest', limit: MAX_TRIALS })
    for (const { number, state } of trials) {
      if (shown.has(number) || !finalStates.includes(state)) continue
      shown.add(number)
      lines.push(`${JSON.stringify({ event: 'trialFinished', number })}\n`)
    }
    if (reached && study.state !== 'running') break
  }
  await call('get_report', { studyId: 1 })
}

function textOf({ content: [first] }: CallToolResult): string {
  return first?.type === 'text' ? first.text : ''
}

function textsOf(variables: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
}
