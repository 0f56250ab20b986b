import { errorMessage, isAppError } from '../../core/errors/errors.ts'
import type { Machine, MachineReport } from '../../core/machine/machines.ts'
import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { quote } from '../../core/values/shell-quote.ts'
import { Connection } from './connection.ts'
import { openWorkspace } from './remote-folder.ts'

const PATIENCE_MS = 20_000
const MIN_FREE_BYTES = 64 << 20

const questionScript = `echo "system $(uname -sm)"
echo "cores $(getconf _NPROCESSORS_ONLN 2>/dev/null)"
echo "free $(df -Pk . | tail -n 1 | { read -r a b c d e; echo "$d"; })"
echo "node $("\${TUNEWRIGHT_NODE:-node}" --version 2>/dev/null)"
for tool in wc tail head find df rm mv; do command -v "$tool" > /dev/null || echo "lacks $tool"; done
nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | while read -r name; do echo "gpu $name"; done`

/** Looks whether a machine can run trials, and what it has. */
export async function checkMachine(machine: Machine): Promise<MachineReport> {
  const connection = new Connection(machine, PATIENCE_MS)
  try {
    const workspace = await openWorkspace(machine, connection)
    const answers = await ask(connection, `cd ${quote(workspace)}\n${questionScript}`)
    const startMs = performance.now()
    await connection.ask(':')
    const answerMs = performance.now() - startMs
    const free = numberOf(answers.get('free')?.[0])
    const freeBytes = free === null ? null : free * 1_024
    return {
      failure: failureOf(answers.get('lacks') ?? [], freeBytes),
      system: answers.get('system')?.[0] ?? '',
      cores: numberOf(answers.get('cores')?.[0]),
      freeBytes,
      gpus: answers.get('gpu') ?? [],
      node: answers.get('node')?.[0] ?? null,
      answerMs,
    }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { ...unknown, failure: errorMessage(error) }
  } finally {
    connection.close()
  }
}

const unknown = { system: '', cores: null, freeBytes: null, gpus: [], node: null, answerMs: 0 }

function failureOf(
  missingPrograms: readonly string[],
  freeBytes: number | null,
): MessageDescriptor | null {
  if (missingPrograms.length > 0)
    return msg('failure.machineLacks', { programs: [...missingPrograms] })
  if (freeBytes === null || freeBytes >= MIN_FREE_BYTES) return null
  const megabytes = (bytes: number): number => Math.floor(bytes / 1_048_576)
  return msg('failure.noSpace', {
    neededMegabytes: megabytes(MIN_FREE_BYTES),
    freeMegabytes: megabytes(freeBytes),
  })
}

/** Lines `name value`, by name; empty values left out. */
async function ask(connection: Connection, script: string): Promise<Map<string, string[]>> {
  const { output } = await connection.ask(script)
  const answers = new Map<string, string[]>()
  for (const line of output.toString().split('\n')) {
    const [, name = '', value = ''] = /^(\w+) (.+)$/.exec(line.trim()) ?? []
    if (name !== '') answers.set(name, [...(answers.get(name) ?? []), value])
  }
  return answers
}

function numberOf(text: string | undefined): number | null {
  const number = Number(text)
  return text === undefined || !Number.isFinite(number) ? null : number
}
