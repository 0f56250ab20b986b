import { createInterface } from 'node:readline'
import process from 'node:process'
import { proposeTrials } from './propose-trials.ts'

// Run as a program: study plans as JSON come in, a line each; their proposals go out as JSON, a line each.
for await (const line of createInterface({ input: process.stdin })) {
  const plan = JSON.parse(line) as Parameters<typeof proposeTrials>[0]
  process.stdout.write(`${JSON.stringify(proposeTrials(plan).proposals)}\n`)
}
