// GraphiQL over this server, signed in as the browser is; nothing is kept when the page is left.
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";

const QUERY = `# Ctrl+Enter asks, Ctrl+Space completes.
# The book on the left says what can be asked.
# To ask as somebody else, put this under Headers:
# {"X-API-Key": "kefu_…"}
{
  calls(limit: 10) {
    id
    offeredAt
    queue
    outcome
    waitMs
  }
  meta {
    field
    rowCount
    truncated
  }
}
`;

// GraphiQL keeps queries and their variables in the browser; on a desk that several people share they would stay there.
const inMemory = () => {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, String(value)),
    removeItem: (name) => void kept.delete(name),
    clear: () => kept.clear(),
    get length() { return kept.size; },
  };
};

const ask = async (asked, { headers } = {}) => {
  const answer = await fetch(location.origin + location.pathname, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify(asked),
  });
  return answer.json();
};

createRoot(document.getElementById("graphiql")).render(
  createElement(GraphiQL, { fetcher: ask, storage: inMemory(), defaultQuery: QUERY, forcedTheme: "light" }),
);
