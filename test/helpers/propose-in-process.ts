import { proposeTrials } from './propose-trials.ts'

// Run as a program: a study plan as JSON comes as the first argument, the proposals go out as JSON.
const plan = JSON.parse(process.argv[2] as string) as Parameters<typeof proposeTrials>[0]
process.stdout.write(JSON.stringify(proposeTrials(plan).proposals))
