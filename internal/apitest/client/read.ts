// A program that reads a conversation and takes part in it, with nothing but the description of the house.
// usage: node out/read.js http://127.0.0.1:8080/
import createClient from "openapi-fetch";
import type { components, paths } from "./house.js";

declare const process: { argv: string[]; exitCode: number };

type Schemas = components["schemas"];
const baseUrl = process.argv[2] ?? "http://127.0.0.1:8080";
const house = createClient<paths>({ baseUrl });

// got is what was answered, or an end with the problem that the house names.
function got<T>(what: string, answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${what}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function must(ok: boolean, what: string): asserts ok {
  if (!ok) throw new Error(what);
}

// named tells the values apart that a reference may name. The compiler sees to it that none is forgotten.
function named(value: Referenced): string {
  switch (value.type) {
    case "papers.Paper":
      return `${value.symbol}: ${value.elements?.length} elements`;
    case "papers.ElementPage":
      return `element ${value.label}: ${value.text.text.length} characters`;
    case "consult.CallPage":
      return `call until ${value.closes}: ${value.tally.received} received`;
    case "consult.ContributionPage":
      return `contribution, ${value.status}: ${value.parts?.length} parts`;
    case "consult.Disposition":
      return `answer, ${value.outcome}: ${value.counts.submissions} contributions`;
    case "questions.QuestionPage":
      return `question from ${value.of?.length} proposals: ${value.wording.text.length} characters`;
    case "priorities.Order":
      return `order ${value.ref}: ${value.themes?.length} themes`;
    case "priorities.Evidence":
      return `theme ${value.ref}: ${value.title.text}`;
    case "priorities.Ballot":
      return `ballot ${value.ref}: ${value.constituencies?.length} constituencies`;
    case "sessions.Session":
      return `session ${value.ref}: ${value.spoken} spoken, ${value.filed} filed`;
    case "home.Entry":
      return `entry ${value.position}: ${value.kind}`;
    default: {
      const never: never = value;
      throw new Error(`a value of an unknown type: ${JSON.stringify(never)}`);
    }
  }
}

type Referenced = paths["/{lang}/c/{slug}/{ref}.json"]["get"]["responses"]["200"]["content"]["application/json"];

async function read(slug: string): Promise<Schemas["consult.CallPage"]> {
  const at = { lang: "en", slug } as const;
  const home = got("home", await house.GET("/{lang}/c/{slug}.json", { params: { path: at } }));
  must(home.type === "home.Page" && home.counts.submissions > 0, "the home page counts nothing");
  console.log(`${home.title.text}: ${home.counts.submissions} contributions from ${home.counts.countries} countries`);

  const page = await house.GET("/{lang}/c/{slug}/contributions.json", { params: { path: at, query: { language: "en" } } });
  const list = got("list", page);
  must(list.contributions !== null && list.contributions.length > 0, "the list is empty");
  for (const c of list.contributions) must(c.status === "published", `${c.ref} is listed and ${c.status}`);
  const etag = page.response.headers.get("ETag");
  must(etag !== null, "the list has no ETag");
  const again = await house.GET("/{lang}/c/{slug}/contributions.json", { params: { path: at, query: { language: "en" }, header: { "If-None-Match": etag } }, parseAs: "text" });
  must(again.response.status === 304, `who has the list gets it again: ${again.response.status}`);

  let open: Schemas["consult.CallPage"] | undefined;
  for (const ref of ["p1", "p1.x4", "k1", "k2", list.contributions[0]!.ref, "d1", "entry-3"]) {
    const value = got(ref, await house.GET("/{lang}/c/{slug}/{ref}.json", { params: { path: { ...at, ref } } }));
    console.log(`${ref}: ${named(value)}`);
    if (value.type === "consult.CallPage" && value.state === "open") open = value;
  }
  const question = got("q1", await house.GET("/{lang}/c/{slug}/{ref}.json", { params: { path: { lang: "fr", slug: "cameras", ref: "q1" } } }));
  console.log(`q1: ${named(question)}`);
  const unknown = await house.GET("/{lang}/c/{slug}/{ref}.json", { params: { path: { ...at, ref: "c999999" } } });
  must(unknown.error?.type === "/problems/not_found", `what is not there: ${JSON.stringify(unknown.error)}`);
  must(open !== undefined, "no call is open");
  return open;
}

async function contribute(slug: string, call: Schemas["consult.CallPage"]): Promise<void> {
  const path = { lang: "en", slug } as const;
  const key = crypto.randomUUID();
  const ask = (text: string) =>
    house.POST("/{lang}/c/{slug}/acts/consultation.submit", {
      params: { path, header: { "Idempotency-Key": key } },
      body: { call: call.ref, category: "individual", parts: [{ on: call.edition, language: "en", text }] },
    });
  const first = await ask("A program says this.");
  const done = got("submit", first);
  const ref = done.refs[0];
  must(ref !== undefined && !done.repeated, "nothing was made");
  must(got("submit again", await ask("A program says this.")).refs[0] === ref, "the same key made another contribution");
  const other = await ask("It says something else.");
  must(other.response.status === 409 && other.error?.kind === "refused", "the same key was taken for another text");
  const wrong = await ask("");
  must(wrong.error !== undefined && wrong.error.errors.length > 0, "an empty text was taken");

  // What waits for a moderator is read by its author, who is known by a cookie.
  const cookie = first.response.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
  const receipt = got("receipt", await house.GET("/{lang}/c/{slug}/{ref}/receipt.json", {
    params: { path: { ...path, ref }, query: { after: done.last } },
    headers: { Cookie: cookie },
  }));
  must(receipt.meaning.contribution === ref && receipt.proof.path !== null, "the receipt is of something else");
  console.log(`${ref} was received ${receipt.meaning.received}, ${receipt.meaning.rule}; ${receipt.proof.path.length} hashes prove it`);
}

const conversations = got("index", await house.GET("/{lang}/", { params: { path: { lang: "en" } }, headers: { Accept: "application/json" } }));
const slug = conversations.conversations?.[0]?.slug;
must(slug !== undefined, "there is no conversation");
await contribute(slug, await read(slug));
console.log("read and contributed");
