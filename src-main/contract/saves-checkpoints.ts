/**
 * Whether a trial of an objective leaves something that another one can go on from: trainings of a task, and test functions
 * of several steps. A function of one step has nothing to go on with, and a file for each would cost ten times what the trial
 * does. A training with hypergradients reports once. Programs of users keep their own files.
 */
export function savesCheckpoints(objective: Readonly<Record<string, unknown>>): boolean {
  if ('task' in objective) return !('hypergradients' in objective)
  return 'function' in objective && Number(objective['steps'] ?? 1) > 1
}
