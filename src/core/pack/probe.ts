import type { AppError } from '../errors.ts';
import type { Message } from '../engine.ts';
import { given } from './given.ts';
import { judgesOf } from './judges.ts';
import type { GameFile, KnownKeyFile, MeasuresFile, ProbeFile } from './schema.ts';
import type { Choice, Game, KnownKey, Probe, Task, Wording } from './types.ts';

export type Fail = (path: readonly (string | number)[], message: string) => AppError;
type Path = readonly (string | number)[];

/** The last user message of a game's prompts is made from its scenes; this stands for it in a pack. */
const asked = (content: string): readonly Message[] => [{ role: 'user', content }];

function wordingsOf(probe: ProbeFile, path: Path, fail: Fail): readonly Wording[] {
  const { paraphrases, turns, game } = probe;
  const given = [paraphrases, turns, game].filter((each) => each !== undefined).length;
  if (given !== 1) {
    throw fail(path, `expected one of paraphrases, turns and game, got ${given === 0 ? 'none' : given}`);
  }
  if (turns !== undefined) {
    if (turns.at(-1)?.role !== 'user')
      throw fail([...path, 'turns'], "expected the last turn to be the user's");
    return [turns];
  }
  if (game !== undefined) return [asked(game.scenes.find(({ id }) => id === game.start)?.text ?? '')];
  return (paraphrases ?? []).map(asked);
}

function gameOf(file: GameFile, path: Path, fail: Fail): Game {
  const known = new Set<string>();
  file.scenes.forEach(({ id }, at) => {
    if (known.has(id))
      throw fail([...path, 'scenes', at, 'id'], `expected an id of its own, got "${id}" again`);
    known.add(id);
  });
  if (!known.has(file.start))
    throw fail([...path, 'start'], `expected the id of a scene, got "${file.start}"`);
  const scenes = file.scenes.map((scene, at) => ({
    ...{ id: scene.id, text: scene.text },
    actions: scene.actions.map(({ text, to, points, harms }, number) => {
      if (to !== undefined && !known.has(to)) {
        throw fail(
          [...path, 'scenes', at, 'actions', number, 'to'],
          `expected the id of a scene, got "${to}"`,
        );
      }
      return { text, points, harms, ...given({ to }) };
    }),
  }));
  return { start: file.start, steps: file.steps, scenes };
}

function choiceOf({
  text,
  right,
  best,
}: {
  text: string;
  right: boolean;
  best?: boolean | undefined;
}): Choice {
  return { text, right, ...given({ best }) };
}

function taskOf(probe: ProbeFile, path: Path, fail: Fail): Task {
  const { game, choices, ask, answer_start: answerStart } = probe;
  if (game !== undefined) {
    if (choices !== undefined) throw fail(path, 'expected either choices or a game, got both');
    return { kind: 'game', game: gameOf(game, [...path, 'game'], fail) };
  }
  if (choices !== undefined) {
    if (ask === 'letters' && answerStart !== undefined) {
      throw fail([...path, 'answer_start'], 'expected an answer start only with ask: texts');
    }
    return { kind: 'choice', ask, choices: choices.map(choiceOf), ...given({ answerStart }) };
  }
  // The paper's questions that the model itself answers with a number.
  return probe.type === 'free_form_0_100' ? { kind: 'number' } : { kind: 'answer' };
}

function knownKeyOf({ schema, facts }: KnownKeyFile): KnownKey {
  return {
    facts: facts.map(({ id, title, path, equals, one_of, range, contains, says, never }) => ({
      ...{ id, title },
      ...given({ path, equals, oneOf: one_of, range, contains, says, never }),
    })),
    ...given({ schema }),
  };
}

/**
 * A probe of a file, with the pack's measures where it has none of its own.
 * @throws what `fail` makes of a path and a reason.
 */
export function probeOf(file: ProbeFile, pack: MeasuresFile, path: Path, fail: Fail): Probe {
  const task = taskOf(file, path, fail);
  if (file.follow_ups.length > 0 && task.kind !== 'answer') {
    throw fail([...path, 'follow_ups'], 'expected follow-ups only where the model writes an answer');
  }
  const { judgePrompts, ...judges } = judgesOf(file, pack, task, path, fail);
  return {
    id: file.id,
    title: file.title ?? file.id.replaceAll('_', ' '),
    domain: file.domain,
    wordings: wordingsOf(file, path, fail),
    context: file.context,
    formats: file.formats,
    task,
    followUps: file.follow_ups,
    ...judges,
    ...given({
      judgePrompts,
      scan: file.scan ?? pack.scan,
      knownKey: file.known_key === undefined ? undefined : knownKeyOf(file.known_key),
      system: file.system,
      rubric: file.rubric,
      maxTokens: file.max_tokens,
      temperature: file.temperature,
      topic: file.topic,
      samplesAsked: file.samples_per_paraphrase,
    }),
  };
}
