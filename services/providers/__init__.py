"""Where answers come from: DashScope, OpenAI-compatible services, a local model, or scripts."""
