using Fairground.Server.Commands;

return await FairgroundCommands.Run(args);
