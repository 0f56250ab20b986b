/** Study files that the tests of the page start. */

/** Two short trainings on the table at `file`, whose classes are in the column `target`. */
export function trainedStudy(file: string, target: string): string {
  return `name: trained
objective: { task: tabular, data: { file: ${JSON.stringify(file)}, target: ${target} } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  learningRate: { float: [1.0e-3, 1.0e-1], log: true }
  units: { fixed: 8 }
  epochs: { fixed: 2 }
checkpoint: { keepBest: 5 }
stop: { trials: 2 }
engine: wasm
seed: 4
`
}

/** Steps of 100 ms each, so that a trial can be met while it runs. */
export function slowStudy(name: string, steps: number): string {
  return `name: ${name}
objective: { function: sphere, dimension: 1, steps: ${steps}, durationMs: 100 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 5] } }
stop: { trials: 50 }
`
}

/** Runs a program, which asks for trust first. */
export const programStudy = `name: program
objective: { command: [sh, program.sh, '{x}'] }
goals: [{ metric: loss, direction: minimize }]
space: { x: { float: [0, 1] } }
stop: { trials: 2 }
`
