import type { CallOptions, LoadedModel, Prompt } from '../engine.ts';
import { AppError } from '../errors.ts';
import { deriveSeed } from '../hash.ts';
import type { Game, GameScene } from '../pack/types.ts';
import type { GameStep, PlanGroup } from '../run/types.ts';
import { actionNamed, clearer, sceneAfter, sceneOf, sceneText } from './game.ts';
import { replacedIn, withMore } from './prompts.ts';

type Asked = Pick<PlanGroup, 'prompt' | 'temperature' | 'topP' | 'maxTokens' | 'format'>;

export interface Played {
  readonly steps: readonly GameStep[];
  readonly promptTokens: number;
  readonly tokens: number;
}

/**
 * What is sent at a scene: the group's own prompt, made for the first scene, with this scene and the story so far in its place. After an
 * answer that named no action it is said once more what is wanted.
 */
function scenePrompt(
  group: Pick<PlanGroup, 'prompt'>,
  game: Game,
  scene: GameScene,
  steps: readonly GameStep[],
): Prompt {
  const start = sceneOf(game, game.start);
  if (start === undefined) throw new AppError('internal', `expected scene ${game.start}, got none`);
  const prompt = replacedIn(group.prompt, sceneText(game, start, []), sceneText(game, scene, steps));
  const last = steps.at(-1);
  return last !== undefined && last.action === undefined ? withMore(prompt, clearer(scene)) : prompt;
}

/** What was sent in each step of a game that was played. */
export function scenePrompts(
  group: Pick<PlanGroup, 'prompt'>,
  game: Game,
  steps: readonly GameStep[],
): readonly Prompt[] {
  return steps.flatMap((step, at) => {
    const scene = sceneOf(game, step.scene);
    return scene === undefined ? [] : [scenePrompt(group, game, scene, steps.slice(0, at))];
  });
}

/**
 * Plays one game to an ending, to the most steps, or until the model has named no action twice in a row; each answer that named none is a step
 * without an action. Every draw has a seed of its own that follows from `seed`, so the same seed plays the same game.
 */
export async function play(
  model: Pick<LoadedModel, 'sample'>,
  game: Game,
  group: Asked,
  seed: number,
  options: CallOptions = {},
): Promise<Played> {
  const steps: GameStep[] = [];
  let promptTokens = 0;
  let tokens = 0;
  const ask = async (scene: GameScene): Promise<boolean> => {
    const request = {
      prompt: scenePrompt(group, game, scene, steps),
      seeds: [deriveSeed(seed, 'step', steps.length)],
      ...{ temperature: group.temperature, topP: group.topP, maxTokens: group.maxTokens },
      stop: group.format.stop ?? [],
    };
    const [sample] = await model.sample(request, options);
    if (sample === undefined) throw new AppError('internal', 'expected one sample, got none');
    promptTokens += sample.promptTokens;
    tokens += sample.tokens;
    const action = actionNamed(scene, sample.text);
    steps.push({ scene: scene.id, said: sample.text, ...(action === undefined ? {} : { action }) });
    return action !== undefined;
  };
  for (let scene = sceneAfter(game, steps); scene !== undefined; scene = sceneAfter(game, steps))
    if (!(await ask(scene)) && !(await ask(scene))) break;
  return { steps, promptTokens, tokens };
}
