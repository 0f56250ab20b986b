import type { SentencePattern } from './sentence-pattern.ts'

/** Why a point was proposed. */
export const proposalPatterns: readonly SentencePattern[] = [
  // Whoever asked a sampler, and what became of its answer.
  ['proposal.withEarlier', '{reason:sentence} (counting the {trials} earlier trials)'],
  ['proposal.draw', 'draw {draw}'],
  ['proposal.drawnInstead', 'drawn at random, because that was tried before'],
  ['proposal.nothingUntried', 'no draw found a point that was not tried'],
  ['proposal.movedForRelations', 'moved to keep the relations'],
  ['proposal.resultReused', 'result of trial {trial} reused'],
  ['proposal.toTryFirst', 'point {point} of {points} to try first'],
  ['proposal.filledInAtRandom', '{names:list} filled in at random'],
  ['proposal.filledInBy', '{names:list} filled in by {sampler:word}'],
  ['proposal.mixed', '{sampler:word}, drawn with probability {probability}: {reason:sentence}'],
  ['proposal.notJudged', '{sampler:word}, not judged yet: {reason:sentence}'],
  [
    'proposal.judged',
    '{sampler:word}, whose {used} of the newest {trials} trials are worth {credit} each: {reason:sentence}',
  ],
  ['proposal.chosen', '{sampler:word} ({why:known}): {reason:sentence}'],
  [
    'proposal.chosenSince',
    '{sampler:word} since trial {trial}, as {cause:known} ({why:known}): {reason:sentence}',
  ],
  // Why `auto` takes one sampler and not another.
  ['proposal.whyModel', 'while trials are few, a model of the whole space makes the most of each'],
  [
    'proposal.whyDistribution',
    'a distribution around the best trials goes on where a model gains little',
  ],
  ['proposal.whySelection', 'selection made for {goals} goals'],
  ['proposal.whyFront', 'a population spreads along the front'],
  ['proposal.whyCheap', 'it is cheap however many parameters there are'],
  ['proposal.whyConstraints', 'it takes constraints and many parameters'],
  ['proposal.notImproved', '{trials} trials had not improved the best'],
  ['proposal.firstTrialsOver', 'the first {trials} trials are over'],
  // What people and other programs asked for.
  ['proposal.byPerson', 'enqueued by a person'],
  ['proposal.edited', 'trial {trial} with values that a person chose'],
  ['proposal.again', 'trial {trial} again, as a person asked'],
  ['proposal.extended', 'trial {trial} extended from step {step}, as a person asked'],
  ['proposal.forked', 'fork of trial {trial} at step {step}, as a person asked'],
  ['proposal.warmStarted', 'begins with weights of trial {trial} at step {step}'],
  [
    'proposal.promoted',
    'trial {trial} goes on from rung {rung} (step {step}): value {value} is number {place} of {count}, the best {quota} go on',
  ],
  ['proposal.byProgram', 'proposed by {program:word}'],
  ['proposal.tableRow', 'row {row} of the table'],
  // Samplers that follow a plan, or nothing.
  ['proposal.random', 'drawn at random'],
  ['proposal.gridCell', 'cell {cell} of {cells}'],
  ['proposal.sobolPoint', "point {point} of Sobol's sequence"],
  ['proposal.haltonPoint', "point {point} of Halton's sequence"],
  ['proposal.hypercubeRow', 'row {row} of {rows}[ of hypercube {cube}]'],
  ['proposal.near', 'near trial {trial}, within {share} % of the ranges'],
  // Samplers with a model or a distribution.
  ['proposal.spread', 'trial {trial} of {trials} that are spread over the space'],
  [
    'proposal.distribution',
    'drawn from the distribution of generation {generation}[ after restart {restart}][, step size {size}]',
  ],
  [
    'proposal.startUpSobol',
    "start-up: point {point} of Sobol's sequence, {valued} of {trials} trials have a value",
  ],
  ['proposal.startUp', 'start-up: {valued} of {trials} trials have a value'],
  ['proposal.bestDraw', 'best of {draws} draws near the {good} good of {trials} trials'],
  [
    'proposal.model',
    'likeliest to be feasible by a model of {trials} trials',
    { sought: 'feasible' },
  ],
  [
    'proposal.model',
    'likeliest to be feasible by a model of {modeled} of {trials} trials, the best and the newest',
    { sought: 'feasible' },
  ],
  [
    'proposal.model',
    'largest expected improvement by a model of {trials} trials',
    { sought: 'improvement' },
  ],
  [
    'proposal.model',
    'largest expected improvement by a model of {modeled} of {trials} trials, the best and the newest',
    { sought: 'improvement' },
  ],
  [
    'proposal.model',
    'largest expected hypervolume improvement by a model of {trials} trials',
    { sought: 'hypervolume' },
  ],
  [
    'proposal.model',
    'largest expected hypervolume improvement by a model of {modeled} of {trials} trials, the best and the newest',
    { sought: 'hypervolume' },
  ],
  ['proposal.forest', 'largest expected improvement by a forest over {trials} trials'],
  [
    'proposal.forest',
    'largest expected improvement by a forest over {modeled} of {trials} trials, the best, the newest and a sample',
  ],
  ['proposal.randomEvery', 'drawn at random, as every {trials}th trial'],
  // Samplers with a population.
  ['proposal.populationStart', 'start: {valued} of {individuals} individuals have a value'],
  ['proposal.mutation', 'generation {generation}: trial {trial}[, mutated in {mutated:list}]'],
  [
    'proposal.crossing',
    'generation {generation}: crossing of trials {trials:numbers} and {last}[, mutated in {mutated:list}]',
  ],
  ['proposal.firstPopulation', 'first population: {valued} of {trials} trials have a result'],
  ['proposal.copy', 'copy of trial {trial}[, {mutated:list} mutated]'],
  ['proposal.child', 'child of trials {trials:numbers} and {last}[, {mutated:list} mutated]'],
  ['proposal.memberStart', 'start of member {member}'],
  [
    'proposal.challenge',
    'generation {generation}: challenges trial {trial} by way of trial {base}, F {scale}, CR {rate}',
  ],
  ['proposal.bestAgain', 'whether trial {trial}, the best[ of swarm {swarm}], still has its value'],
  ['proposal.swarmStart', 'a point to begin with[ of swarm {swarm}], which has no result yet'],
  ['proposal.particleStart', 'start of particle {particle}[ of swarm {swarm}]'],
  [
    'proposal.particleRested',
    'particle {particle}[ of swarm {swarm}] had come to rest and begins elsewhere',
  ],
  [
    'proposal.particleAnew',
    'particle {particle}[ of swarm {swarm}] begins anew around trial {trial}: the problem has changed',
  ],
  [
    'proposal.particleMove',
    'particle {particle}[ of swarm {swarm}], move {move}: pulled towards trial {trial}',
  ],
  [
    'proposal.particleMove',
    'particle {particle}[ of swarm {swarm}], move {move}: pulled towards trials {own} (its own best) and {trial}',
  ],
  ['proposal.memberBegins', 'member {member} begins'],
  ['proposal.memberBeginsAnew', 'member {member} begins: no member has ended well'],
  [
    'proposal.memberGoesOn',
    'generation {generation}: member {member} goes on (number {place} of {count})',
  ],
  [
    'proposal.memberCopies',
    'generation {generation}: member {member} was number {place} of {count} and copies trial {trial}',
  ],
  [
    'proposal.failedMemberCopies',
    'generation {generation}: member {member} failed and copies trial {trial}',
  ],
  // Descents along gradients.
  ['proposal.noGradient', 'run {run}: nothing in it has a gradient'],
  [
    'proposal.descentStart',
    'run {run}, start[, point {point} of {points} for the gradient][, {share} of the way after a failure]',
  ],
  [
    'proposal.descent',
    'run {run}, step {step}: down the gradient of trial {trial} (norm {norm})[, point {point} of {points} for the gradient][, {share} of the way after a failure]',
  ],
  [
    'proposal.shorterDescent',
    'run {run}, step {step}: a shorter step down the gradient of trial {trial} (norm {norm})[, point {point} of {points} for the gradient][, {share} of the way after a failure]',
  ],
  ['proposal.runsWait', 'drawn at random while every run waits for results'],
]
