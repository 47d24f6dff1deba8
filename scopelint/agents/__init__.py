"""What coding agents are served by the Model Context Protocol: facts about names, bounded, from within the roots."""
